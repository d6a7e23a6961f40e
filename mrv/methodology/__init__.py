"""A methodology's rules as data: what a profile may say, how two are compared, how a claim is reckoned.

Nothing here looks at a profile's name; `mrv.profile` reads the files.
"""

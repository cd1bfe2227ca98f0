"""Writes of the people room, by intent.

`sign_in` (people inside), `people_inside`, `lists` (allowed numbers), `attorneys`, `blocks`,
`staff_rights`, `contacts`.
"""

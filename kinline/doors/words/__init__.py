"""Every word said about calls, in one place: portal, tablet and console read the same text.

`ends` says why a call ended, `refusals` why one did not go out, `price` what a minute costs
and who says so, `announcement` what the called side hears, `clock` when and how long.
"""

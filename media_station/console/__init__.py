"""The operator's console: what people at the counter see and press. A client of the people door, with no way beside it.

`app` draws one page at a time and keeps the banner, the lock and the keys; `pages` are a list and a form, `rows` what a
form is made of; `tasks` is the one table: what is to be done, which request that is, and where its fields come from.
"""

"""The published questions on free communications, each answered by the program.

`asked` is who wants to know: which place, which moment, what the facility told us. `standing`
asks the law book. One function a question (`general`, `calls`, `messages`, `visits`, `money`)
gives an `Answer`; `questions` lists them. No day, price or law stands in the words: the book
fills them in, so the answers change when the law does.
"""

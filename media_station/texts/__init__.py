"""The words: for each code a title, a body and what to do, in Japanese and English; dates as an office writes them."""

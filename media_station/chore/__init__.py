"""Asks the desk to do one chore, and ends: what a timer starts. It has nothing but the way to one door of the desk."""

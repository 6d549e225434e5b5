"""How Chinese is analysed (中文分析), once, in Python, for every engine: normal forms, words, pairs, sounds."""

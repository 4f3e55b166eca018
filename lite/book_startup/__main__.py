import book_startup

book_startup.start()
del book_startup

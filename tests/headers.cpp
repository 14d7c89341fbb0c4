// Nothing of its own: the headers that tests are compiled with are made beside it.

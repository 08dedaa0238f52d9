"""A use of code that others may have published: a layer, a container image, a document, …"""

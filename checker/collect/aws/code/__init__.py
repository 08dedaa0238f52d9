"""Code that others may have published, and that runs here: layers, containers, documents, …"""

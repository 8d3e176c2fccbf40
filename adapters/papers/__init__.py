"""Papers: what leaves Signpost to be printed, filed or opened elsewhere. Pure: given what to say, they return text or bytes."""

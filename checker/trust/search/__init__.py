"""Does one of the few get in? For each Allow and caller (`decide`) a request is sought that no Deny
(`denies`) stops (`search`: `options`, `tables`, `values`, `cover`), and shown (`witness`); how
narrow is it (`hits`, `measure`)? `grants` merges. To find nobody proves nothing: see `proof`."""

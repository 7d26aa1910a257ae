// Writes the address under which this page was reached into the examples.
const api = new URL("/api/", location.href).href;
for (const place of document.querySelectorAll(".api")) place.textContent = api;

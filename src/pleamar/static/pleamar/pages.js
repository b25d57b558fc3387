// What a page does beside htmx. Without JavaScript everything that matters works as well.
"use strict";

// A form that was sent cannot be sent again by a second click; going back in the browser brings its buttons back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The box above a list ticks all of its rows, and the bar below says how many are ticked.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
  const list = box.closest("form");
  if (!list) return;
  const rows = [...list.querySelectorAll("input[data-row]")];
  if (box.dataset.all !== undefined) for (const row of rows) row.checked = box.checked;
  const ticked = rows.filter((row) => row.checked).length;
  for (const place of list.querySelectorAll("[data-ticked]")) place.textContent = String(ticked);
});

// Somebody who was signed out meanwhile gets the page to sign in on, not a piece of it. What looks again by itself, for
// nobody triggered it, waits for as long as it was told to while the server or its database is away, and goes on then.
let awayUntil = 0;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.requestConfig.triggeringEvent && Date.now() < awayUntil) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const {xhr, requestConfig} = event.detail;
  if (xhr.status < 400) return;
  event.detail.shouldSwap = false;
  if (requestConfig.triggeringEvent || ![502, 503, 504].includes(xhr.status)) window.location.reload();
  else awayUntil = Date.now() + 1000 * (Number(xhr.getResponseHeader("Retry-After")) || 30);
});

// A menu closes when something beside it is touched, or by Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});

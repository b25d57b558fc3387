// Around allauth's own scripts: what needs passkeys is shown where the browser has them, and what goes wrong is said.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  if (!window.PublicKeyCredential) return;
  for (const place of document.querySelectorAll("[data-passkey]")) place.hidden = false;
  for (const place of document.querySelectorAll("[data-no-passkey]")) place.hidden = true;
});
// Whoever closes the browser's window has changed their mind; it says so, and the page stays as it is.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const place of document.querySelectorAll("[data-passkey-failed]")) { place.hidden = false; place.focus(); }
});

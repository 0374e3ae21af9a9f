// What makes the pages pleasanter; without it they do all that they are for.
"use strict";

// Times in the visitor's own zone, where the address does not name one yet.
const zones = document.querySelector("[data-zones]");
const here = new URL(location.href);
if (zones && !here.searchParams.has("tz")) {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...zones.options].some((option) => option.value === mine);
  if (known && mine !== zones.value) {
    here.searchParams.set("tz", mine);
    location.replace(here);
  }
}

// A form is sent once. Coming back to the page makes it fresh again.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-disabled", "true");
    }
    const said = form.querySelector("[data-wait]");
    if (said) said.textContent = said.dataset.wait;
  });
}
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) {
      button.removeAttribute("aria-disabled");
    }
  }
});

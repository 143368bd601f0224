// What pages do beyond plain HTML. Without JavaScript everything can still be read and sent.
"use strict";

// On a narrow screen the menu is wider than the window: show where the person is.
document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// A form that asks first: <form data-confirm="Move 3 documents to the trash?">
document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// htmx puts answers with an error status in place too: they are fragments with the message.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// htmx posts with the token of Django that a form of the page holds; logging out is one.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (token) {
    event.detail.headers["X-CSRFToken"] = token;
  }
});

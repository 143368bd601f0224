// Sends chosen or dropped files one by one, with progress. Without this the form sends them all.
"use strict";

(() => {
  const form = document.getElementById("upload");
  const input = document.getElementById("files");
  const drop = document.getElementById("drop");
  const rows = document.getElementById("rows");
  const AT_ONCE = 2;
  const waiting = [];
  let running = 0;

  function rowOf(file) {
    const row = document.createElement("li");
    row.className = "panel upload";
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    row.append(name, bar);
    rows.append(row);
    return { row, bar };
  }

  function failed(row, words) {
    const tag = document.createElement("span");
    tag.className = "tag failed";
    tag.textContent = "Not added";
    const why = document.createElement("span");
    why.textContent = words;
    row.querySelector("progress").remove();
    row.append(tag, why);
  }

  function send({ file, policy, row, bar }) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("on_duplicate", policy);
    body.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Upload-Row", "1");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const fresh = [...answer.querySelectorAll("li.upload")];
      if (request.status === 200 && fresh.length) {
        row.replaceWith(...fresh);
        fresh.forEach((each) => window.htmx?.process(each));
      } else if (request.status === 413) {
        failed(row, "The file is larger than is taken.");
      } else {
        failed(row, "LedgerFlow did not take it. Load the page anew and try again.");
      }
    });
    request.addEventListener("error", () => failed(row, "The connection broke. Try again."));
    request.addEventListener("loadend", () => { running -= 1; next(); });
    request.send(body);
  }

  function next() {
    while (running < AT_ONCE && waiting.length) {
      running += 1;
      send(waiting.shift());
    }
  }

  function take(files) {
    document.getElementById("uploads").hidden = false;
    const policy = form.elements.on_duplicate.value;
    for (const file of files) waiting.push({ file, policy, ...rowOf(file) });
    next();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(input.files);
    form.reset();
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
})();

"use strict";
(function () {
  var input = document.getElementById("search");
  var found = document.getElementById("found");
  var rows = Array.prototype.slice.call(document.querySelectorAll("table.rows tbody tr"));
  var texts = null;
  var waiting = 0;
  function show() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    texts = texts || rows.map(function (row) { return row.textContent.toLowerCase(); });
    rows.forEach(function (row, number) {
      var fits = words.every(function (word) { return texts[number].indexOf(word) >= 0; });
      row.className = fits ? "" : "out";
      count += fits ? 1 : 0;
    });
    found.textContent = words.length ? count + " of " + rows.length + " rows" : "";
  }
  input.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
}());

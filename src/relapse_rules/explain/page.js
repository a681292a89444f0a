(function () {
  "use strict";
  var all = document.querySelectorAll(".rr details");
  var toolbar = document.querySelector(".rr .toolbar");
  function button(words, open) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", function () {
      all.forEach(function (each) { each.open = open; });
    });
    toolbar.appendChild(made);
  }
  if (all.length && toolbar) {
    button("全部展开", true);
    button("全部收起", false);
  }
  // A link leads to what may be folded away.
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var each = target; each; each = each.parentElement) {
      if (each.tagName === "DETAILS") { each.open = true; }
    }
    if (target) { target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
  reveal();
  // On paper everything is shown; afterwards the page is as it was.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.filter.call(all, function (each) { return !each.open; });
    opened.forEach(function (each) { each.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (each) { each.open = false; });
    opened = [];
  });
})();

// Buttons that start what goes on by itself, until it ends, is pressed again, or goes out of sight.

var advlibRuns = (() => {
  "use strict";
  const { element } = advlibControls;

  // `run(going)` goes on as long as `going()`, and ends of itself at last; `ended` is called as soon as it is stopped.
  function runner(name, run, ended) {
    const node = element("button", { type: "button", textContent: name, ariaPressed: "false" });
    let turn = 0;
    const running = () => node.ariaPressed === "true";
    const stop = () => {
      if (!running()) return;
      turn += 1;
      node.ariaPressed = "false";
      ended();
    };
    const start = async () => {
      const mine = ++turn;
      node.ariaPressed = "true";
      try {
        await run(() => mine === turn);
      } finally {
        if (mine === turn) stop();
      }
    };
    node.addEventListener("click", () => (running() ? stop() : node.ariaDisabled === "true" || start()));
    return { node, stop };
  }

  // Calls `leave` whenever this node goes out of sight; returns what ends that.
  function watch(node, leave) {
    const sight = new IntersectionObserver((entries) => entries.at(-1).isIntersecting || leave());
    sight.observe(node);
    return () => sight.disconnect();
  }

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  return { runner, watch, pause };
})();

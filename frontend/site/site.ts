/** What every page loads: htmx, Stimulus and the shell's small behaviours. */
import "../styles/site.scss";
import { Application } from "@hotwired/stimulus";
import htmx from "htmx.org";

import { controllers } from "./controllers";
import { resendKept } from "./kept";

htmx.config.includeIndicatorStyles = false; // style-src 'self'
htmx.config.allowEval = false;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true }, // a form comes back with its faults
  { code: "[45]..", swap: false, error: true },
];

const application = Application.start();
for (const [name, controller] of Object.entries(controllers)) application.register(name, controller);
resendKept();

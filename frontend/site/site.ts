/** What every page loads: Stimulus and the shell's small behaviours. */
import "../styles/site.scss";
import { Application } from "@hotwired/stimulus";

import { controllers } from "./controllers";
import { resendKept } from "./kept";

const application = Application.start();
for (const [name, controller] of Object.entries(controllers)) application.register(name, controller);
resendKept();

/** Stimulus controllers of the shell, by name. */
import type { ControllerConstructor } from "@hotwired/stimulus";

export const controllers: Record<string, ControllerConstructor> = {};

/** What this browser keeps of a person's unsent work: sent on the next page of any kind, gone at sign-out. */
import { Controller } from "@hotwired/stimulus";

import { hinted } from "@live/hint";

function personHere(): number | null {
  const id = document.body.dataset["person"];
  return id ? Number(id) : null;
}

/** Sends, once the page is quiet, what an earlier page could not. */
export function resendKept(): void {
  const person = personHere();
  const place = document.getElementById("content");
  if (person === null || !place || !hinted(person)) return;
  window.setTimeout(() => void import("@live/resend").then(({ resendAndTell }) => resendAndTell(person, place)).catch(() => undefined), 1000);
}

/** The sign-out form: what is unsent is sent or warned about first. */
export class SignOutController extends Controller<HTMLFormElement> {
  override connect(): void {
    this.element.addEventListener("submit", this.leave);
  }

  override disconnect(): void {
    this.element.removeEventListener("submit", this.leave);
  }

  private readonly leave = (event: Event): void => {
    const person = personHere();
    if (person === null || !hinted(person)) return;
    event.preventDefault();
    void import("@live/sign_out")
      .then(({ prepareSignOut }) => prepareSignOut(person))
      .catch(() => true) // whoever wants to leave must be able to
      .then((ready) => ready && this.element.submit());
  };
}

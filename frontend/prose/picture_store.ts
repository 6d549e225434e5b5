/** Uploading pictures of a document: `POST …/pictures/` and `POST …/pictures/adopt/`. */
import { t } from "@site/i18n";

import type { PictureStore, StoredPicture } from "./pictures";

interface Addresses {
  upload: string;
  adopt: string;
  csrf: () => string;
}

/** The server's own sentence, or one of ours for the status. */
export function refusal(status: number, body: string): string {
  try {
    const answer = JSON.parse(body) as Record<string, unknown>;
    for (const name of ["error", "message", "detail"]) if (typeof answer[name] === "string" && answer[name]) return answer[name];
  } catch {
    // no JSON: a proxy answered
  }
  if (status === 413) return t("The picture is too large.");
  if (status === 401 || status === 403) return t("You may not add pictures here. If you were signed out, sign in again and repeat.");
  if (status === 0) return t("The picture could not be uploaded: there is no connection.");
  return t("The picture could not be uploaded. Please try again.");
}

function isStored(value: unknown): value is StoredPicture {
  const stored = value as StoredPicture | null;
  return typeof stored?.picture === "string" && typeof stored.width === "number" && typeof stored.height === "number";
}

export function pictureStore({ upload, adopt, csrf }: Addresses): PictureStore {
  return {
    upload: (file, name, progress) =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress
        const fail = (): void => reject(new Error(refusal(request.status, request.responseText)));
        request.upload.addEventListener("progress", ({ loaded, total }) => total && progress(loaded / total));
        request.addEventListener("error", fail);
        request.addEventListener("abort", fail);
        request.addEventListener("load", () => {
          const answer: unknown = request.status === 201 || request.status === 200 ? JSON.parse(request.responseText || "null") : null;
          if (isStored(answer)) resolve(answer);
          else fail();
        });
        request.open("POST", upload);
        request.setRequestHeader("X-CSRFToken", csrf());
        request.setRequestHeader("Accept", "application/json");
        const form = new FormData();
        form.append("file", file, name);
        request.send(form);
      }),
    async adopt(pictures) {
      const answer = await fetch(adopt, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() },
        body: JSON.stringify({ pictures }),
      });
      if (!answer.ok) return pictures;
      const told = (await answer.json()) as { pictures: StoredPicture[] };
      const adopted = new Set(told.pictures.map(({ picture }) => picture));
      return pictures.filter((picture) => !adopted.has(picture));
    },
  };
}

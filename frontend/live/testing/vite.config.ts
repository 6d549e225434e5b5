/** Builds the page of the browser tests of composition; the place comes from `--outDir`. */
import { defineConfig, mergeConfig } from "vite";

import site from "../../vite.config";

const { resolve } = site as { resolve: object };

export default defineConfig(
  mergeConfig(
    { resolve },
    {
      publicDir: false as const,
      build: {
        target: ["chrome87", "safari15"],
        emptyOutDir: true,
        lib: { entry: new URL("harness.ts", import.meta.url).pathname, formats: ["iife"], name: "harnessPage", fileName: () => "harness.js" },
      },
    },
  ),
);

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));

// Chrome 109 is the newest that runs on Windows 7; Vite's own default targets are newer.
const target = ["chrome87", "safari15"];

export default defineConfig({
  root,
  base: "/static/",
  publicDir: false,
  // A second copy of it would not know the first one's steps and fragments.
  resolve: { dedupe: ["prosemirror-transform"], alias: { "@site": resolve(root, "frontend/site"), "@live": resolve(root, "frontend/live"), "@prose": resolve(root, "frontend/prose"), "@icons": resolve(root, "node_modules/@tabler/icons/icons/outline") } },
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"] } } },
  build: {
    outDir: "frontend/built",
    assetsDir: "assets",
    manifest: true,
    target,
    cssTarget: target,
    sourcemap: false,
    assetsInlineLimit: 0, // font-src 'self': no data addresses
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        site: resolve(root, "frontend/site/site.ts"),
        htmx: resolve(root, "frontend/site/htmx.ts"),
        plan_editor: resolve(root, "lessons/client/plan_editor.ts"),
        import_page: resolve(root, "lessons/client/import_page.ts"),
      },
    },
  },
  test: {
    include: ["frontend/**/*.test.ts", "*/client/**/*.test.ts"],
    environment: "jsdom",
    testTimeout: 30_000, // a busy machine; nothing waits that long where it works
  },
});

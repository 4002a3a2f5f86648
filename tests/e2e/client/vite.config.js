import tailwindcss from "tailwindcss";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/hazo-client/",
  build: {
    // "use client" speaks to Next.js and begins many of the packages' files.
    rolldownOptions: { onwarn: (log, warn) => log.code === "MODULE_LEVEL_DIRECTIVE" || warn(log) },
  },
  css: { postcss: { plugins: [tailwindcss()] } },
});

/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { compress } from "./vite/compress.ts";
import { palette } from "./vite/palette.ts";
import { preloads } from "./vite/preloads.ts";

/** Where the API server listens while the app is developed. */
const server = process.env.TENON_SERVER ?? "http://localhost:8000";
const proxied = { target: server, changeOrigin: false };

export default defineConfig(({ command }) => ({
  // Django serves the build under /static/app/ and index.html for every other path.
  base: command === "build" ? "/static/app/" : "/",
  plugins: [react(), palette(), preloads(), compress()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    host: "127.0.0.1",
    port: 5173,
    // Companies live on sub-domains of localhost; the Host header is passed on so that the server finds the company.
    allowedHosts: [".localhost"],
    proxy: { "/api": proxied, "/_allauth": proxied, "/ws": { ...proxied, ws: true } },
  },
  build: { target: "es2022", manifest: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 900, reportCompressedSize: false },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}", "lint/*.test.js"],
    restoreMocks: true,
    maxWorkers: 2,
    // One page for all files of a worker: making one for each takes three times as long as the tests themselves. What
    // outlives a test is put back in setupFiles.
    pool: "threads",
    isolate: false,
    // Two busy cores are enough to make a typed word slow.
    testTimeout: 30_000,
  },
}));

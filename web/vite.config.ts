import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.TAUT_SERVER ?? "http://127.0.0.1:8065";

export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", assetsInlineLimit: 0, sourcemap: false },
  // `npm run dev` shows the client of this folder on the server of `make run`.
  server: {
    proxy: {
      "/api": server,
      "/avatars": server,
      "/files-pri": server,
      "/files-tmb": server,
      "/img-proxy": server,
      "/upload": server,
      "/pages": server,
      "/websocket": { target: server, ws: true },
    },
  },
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

/** Writes a gzip copy beside each file, so that the service compresses nothing while it runs. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: ({ build, root }) => {
      folder = resolve(root, build.outDir);
    },
    closeBundle: () => {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        const content = readFileSync(file);
        const small = gzipSync(content, { level: 9 });
        if (small.length < content.length) writeFileSync(`${file}.gz`, small);
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [vue(), compressed()],
  define: {
    // Only the composition API of vue-i18n is used, and no development tools.
    __VUE_OPTIONS_API__: 'true',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    // The policy of the page permits neither inline scripts nor data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the page contains of others, and on which terms.
    license: { fileName: 'licenses.md' },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  // `npm run dev` serves the API; `npx vite console` serves the page as it is edited.
  server: {
    proxy: { '^/(api|health)': 'http://127.0.0.1:8001' },
  },
});

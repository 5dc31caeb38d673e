import { reactRouter } from '@react-router/dev/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'

/** Our own code outside `src/web` stays outside the server bundle, so the process holds a single copy of each module. */
const ownCodeStaysOutside: Plugin = {
  name: 'own-code-stays-outside',
  apply: 'build',
  enforce: 'pre',
  applyToEnvironment: (environment) => environment.name === 'ssr',
  resolveId: (id) => (/^#(modules|platform)\//.test(id) ? { id, external: true } : null),
}

export default defineConfig({
  plugins: [ownCodeStaysOutside, tailwindcss(), reactRouter()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, cssTarget: ['chrome123', 'firefox121', 'safari17.5'] },
  environments: {
    ssr: {
      build: { rollupOptions: { input: './src/web/server.ts' } },
      // React and the router travel inside the bundle, always as their production builds.
      resolve: { noExternal: true, external: ['zod'] },
    },
  },
})

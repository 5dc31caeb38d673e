import { mkdirSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { reactRouter } from '@react-router/dev/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'

/** Our own code outside `src/web` stays outside the server bundle, so the process holds a single copy of each module. */
const ownCodeStaysOutside: Plugin = {
  name: 'own-code-stays-outside',
  apply: 'build',
  enforce: 'pre',
  applyToEnvironment: (environment) => environment.name === 'ssr',
  resolveId: (id) => (/^#(app|modules|platform)\//.test(id) ? { id, external: true } : null),
}

/** Writes down which of our files outside `src/web` the browser gets, so that `build-web.ts` knows when to build again. */
const noteBundledSources: Plugin = {
  name: 'note-bundled-sources',
  apply: 'build',
  applyToEnvironment: (environment) => environment.name === 'client',
  generateBundle() {
    const own = [...this.getModuleIds()]
      .map((id) => relative(import.meta.dirname, id))
      .filter((path) => /^src\/(?!web\/)[^?]+$/.test(path))
    mkdirSync('build', { recursive: true })
    writeFileSync('build/sources.json', JSON.stringify(own.toSorted()))
  },
}

export default defineConfig(({ command }) => ({
  plugins: [ownCodeStaysOutside, noteBundledSources, tailwindcss(), reactRouter()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
  },
  environments: {
    ssr: {
      // Whatever the host's NODE_ENV says, what is built is the production build.
      ...(command === 'build' && { define: { 'process.env.NODE_ENV': '"production"' } }),
      build: { rollupOptions: { input: './src/web/server.ts' } },
      // React and the router travel inside the bundle, always as their production builds.
      resolve: { noExternal: true, external: ['zod'] },
    },
  },
}))

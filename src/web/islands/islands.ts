// Vite compiles each island to one hashed file of its own and gives us its address.
export { default as liveIsland } from './live.ts?worker&url'
export { default as passkeyIsland } from './passkey.ts?worker&url'
export { default as quoteIsland } from './quote.ts?worker&url'
export { default as revealIsland } from './reveal.ts?worker&url'
export { default as visitorIsland } from './visitor.ts?worker&url'

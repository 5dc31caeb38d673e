type Surface = 'shop' | 'auth' | 'portal' | 'staff'

/**
 * What a route says about the document it stands in, as `export const handle: Handle = …`. The deepest route wins;
 * islands add up. Without a word a page is of the shop and ships no React at all.
 */
export type Handle = {
  surface?: Surface
  hydrate?: boolean
  /** Addresses of scripts that bring custom elements to life; import them from `islands/`. */
  islands?: readonly string[]
}

/** The settings of a document from the handles of its matched routes, outermost first. */
export function documentOf(handles: readonly unknown[]): Required<Handle> {
  const said = handles.filter((handle): handle is Handle => typeof handle === 'object' && handle !== null)
  return {
    surface: said.findLast((handle) => handle.surface !== undefined)?.surface ?? 'shop',
    hydrate: said.findLast((handle) => handle.hydrate !== undefined)?.hydrate ?? false,
    islands: [...new Set(said.flatMap((handle) => handle.islands ?? []))],
  }
}

import type { HTMLAttributes } from 'react'

type Island = HTMLAttributes<HTMLElement> & {
  class?: string
  'data-seconds'?: number
  'data-done'?: '' | undefined
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'ez-visitor': Island
      'ez-live': Island
    }
  }
}

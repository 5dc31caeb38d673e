import type { HTMLAttributes } from 'react'

type Island = HTMLAttributes<HTMLElement> & {
  class?: string
  'data-seconds'?: number
  'data-done'?: '' | undefined
  'data-events'?: ''
  'data-for'?: string
  'data-show'?: string
  'data-hide'?: string
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'ez-visitor': Island
      'ez-live': Island
      'ez-quote': Island
      'ez-reveal': Island
    }
  }
}

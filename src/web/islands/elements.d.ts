import type { HTMLAttributes } from 'react'

type Island = HTMLAttributes<HTMLElement> & {
  class?: string
  'data-seconds'?: number
  'data-done'?: '' | undefined
  'data-events'?: ''
  'data-for'?: string
  'data-show'?: string
  'data-hide'?: string
  'data-question'?: string | undefined
  'data-offer'?: '' | undefined
  'data-cancelled'?: string
  'data-unsupported'?: string
  'data-failed'?: string
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'ez-visitor': Island
      'ez-live': Island
      'ez-quote': Island
      'ez-reveal': Island
      'ez-passkey': Island
    }
  }
}

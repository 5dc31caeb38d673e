import { LoaderCircle } from 'lucide-react'

/** Shows that something runs; the words beside it say what. */
export const Spinner = () => <LoaderCircle aria-hidden="true" className="size-4 shrink-0 animate-spin" />

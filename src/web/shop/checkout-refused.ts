import { data } from 'react-router'
import type { FormState } from '../ui/form-state.ts'

type FormName = 'register' | 'sign-in' | 'order' | 'method'

/** What the checkout answers when it refuses: which of its forms came back, and how. */
export const refused = (form: FormName, state: FormState, status: number) => data({ form, state }, { status })

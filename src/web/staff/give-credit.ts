/** What the form that gives credit says it does. */
export const GIVE_CREDIT = 'give_credit'

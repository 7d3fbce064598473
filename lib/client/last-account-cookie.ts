/** Holds the id of the account that was in sight last. */
export const LAST_ACCOUNT_COOKIE = "spoke-account";

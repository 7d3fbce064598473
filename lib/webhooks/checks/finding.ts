/** Something that explains why a request was refused, as people read it; the surest first. */
export type Finding = {
  code:
    | "passes-now"
    | "settings"
    | "secret"
    | "other-sender"
    | "similar-header"
    | "nothing-similar"
    | "repeated"
    | "time"
    | "right-but-late"
    | "form"
    | "body"
    | "url"
    | "algorithm"
    | "token"
    /** The address, and what proxies say of it. */
    | "address"
    /** What is missing of the recorded request. */
    | "not-kept"
    /** What other requests to the webhook tell. */
    | "others"
    | "nothing-matches"
    | "not-all-tried";
  text: string;
};

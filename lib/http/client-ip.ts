/** Set by the web process on every request that it hands to Next; what a client sends under this name is dropped. */
export const CLIENT_IP_HEADER = "x-spoke-client-ip";

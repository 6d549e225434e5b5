/**
 * htmx, for pages that exchange fragments with the server.
 *
 * Its settings stand in the page (`<meta name="htmx-config">`): where it is fetched late it begins before anybody could set them.
 */
import "htmx.org";

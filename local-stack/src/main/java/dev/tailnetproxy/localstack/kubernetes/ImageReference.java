package dev.tailnetproxy.localstack.kubernetes;

/**
 * The reference of an image.
 *
 * @param repository what is before the tag
 * @param tag the tag
 */
record ImageReference(String repository, String tag) {

    static ImageReference of(String reference) {
        int colon = reference.lastIndexOf(':');
        if (colon <= reference.lastIndexOf('/')) {
            throw new IllegalArgumentException(reference + " has no tag");
        }
        return new ImageReference(reference.substring(0, colon), reference.substring(colon + 1));
    }
}

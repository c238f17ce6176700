package dev.tailnetproxy.client.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A header field as it is written on the command line. */
record HeaderLine(String name, String value) {

    static HeaderLine parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new TypeConversionException("a header is written 'Name: value'");
        }
        return new HeaderLine(
                text.substring(0, colon).strip(), text.substring(colon + 1).strip());
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<HeaderLine> {
        @Override
        public HeaderLine convert(String text) {
            return parse(text);
        }
    }
}

package dev.tailnetproxy.proxy.policy;

import java.util.Random;

/** Ways of writing an address. */
final class Spellings {

    private Spellings() {}

    /** A spelling that RFC 4291 or the strict dotted form allows; IPv4 also as an IPv4-mapped IPv6 address. */
    static String standard(byte[] address, Random random) {
        String plain;
        if (address.length == 4) {
            String dotted = dotted(address, ".");
            String hex = "%x:%x".formatted(group(address, 0), group(address, 2));
            plain = switch (random.nextInt(4)) {
                case 0 -> "::ffff:" + dotted;
                case 1 -> "::FFFF:" + hex;
                case 2 -> "0:0:0:0:0:ffff:" + hex;
                default -> dotted;
            };
        } else {
            StringBuilder text = new StringBuilder();
            boolean padded = random.nextBoolean();
            for (int i = 0; i < 16; i += 2) {
                text.append(i == 0 ? "" : ":").append((padded ? "%04x" : "%x").formatted(group(address, i)));
            }
            plain = random.nextBoolean() ? text.toString().replaceFirst("^0+:0+:", "::") : text.toString();
        }
        return plain.indexOf(':') >= 0 && random.nextBoolean() ? "[" + plain + "]" : plain;
    }

    /** A spelling that some resolver takes for the IPv4 address, or that only looks like one. */
    static String nonStandard(byte[] a, Random random) {
        long all = (long) group(a, 0) << 16 | group(a, 2);
        String dotted = dotted(a, ".");
        return switch (random.nextInt(14)) {
            case 0 -> Long.toString(all);
            case 1 -> "0x%x".formatted(all);
            case 2 -> "0%o".formatted(all);
            case 3 -> "%d.%d".formatted(a[0] & 0xff, all & 0xffffff);
            case 4 -> "%d.%d.%d".formatted(a[0] & 0xff, a[1] & 0xff, all & 0xffff);
            case 5 -> "0x%x.%d.%d.%d".formatted(a[0] & 0xff, a[1] & 0xff, a[2] & 0xff, a[3] & 0xff);
            case 6 -> "0%o.%d.%d.%d".formatted(a[0] & 0xff, a[1] & 0xff, a[2] & 0xff, a[3] & 0xff);
            case 7 -> "%d.%d.%d.0x%x".formatted(a[0] & 0xff, a[1] & 0xff, a[2] & 0xff, a[3] & 0xff);
            case 8 -> dotted + ".";
            case 9 -> "[" + dotted + "]";
            case 10 -> dotted(a, "\u3002");
            case 11 -> "::ffff:" + dotted + "%eth0";
            case 12 -> dotted + "\u0000.tailnet.test";
            default -> dotted + "\r\nhost: x";
        };
    }

    private static int group(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    private static String dotted(byte[] a, String dot) {
        return (a[0] & 0xff) + dot + (a[1] & 0xff) + dot + (a[2] & 0xff) + dot + (a[3] & 0xff);
    }
}

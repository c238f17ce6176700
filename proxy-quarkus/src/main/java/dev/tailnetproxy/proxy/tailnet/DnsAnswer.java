package dev.tailnetproxy.proxy.tailnet;

import dev.tailnetproxy.function.address.IpAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads the addresses out of a DNS message (RFC 1035 section 4). */
final class DnsAnswer {

    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;
    private static final int CLASS_IN = 1;
    private static final int NO_ERROR = 0;
    private static final int SERVER_FAILURE = 2;
    private static final int NAME_ERROR = 3;
    private static final int REFUSED = 5;
    private static final int TRUNCATED = 1 << 9;

    private DnsAnswer() {}

    /**
     * All A and AAAA records of the answer section; empty for a name that does not exist. Records of an alias chain are
     * taken as they come: the policy judges every address.
     *
     * @throws IllegalArgumentException with a sentence, when the message is cut, says that it does not hold all records,
     *     or reports a failure
     */
    static List<IpAddress> addresses(byte[] message) {
        try {
            ByteBuffer in = ByteBuffer.wrap(message);
            in.getShort();
            int flags = in.getShort() & 0xffff;
            int code = flags & 0xf;
            if (code == NAME_ERROR) {
                return List.of();
            }
            if (code != NO_ERROR) {
                throw new IllegalArgumentException(failure(code));
            }
            // What is left out can't be judged, and may be all there is.
            if ((flags & TRUNCATED) != 0) {
                throw new IllegalArgumentException("the name server's answer is truncated, and TCP to it failed");
            }
            int questions = in.getShort() & 0xffff;
            int answers = in.getShort() & 0xffff;
            in.getInt();
            for (int i = 0; i < questions; i++) {
                skipName(in);
                in.getInt();
            }
            List<IpAddress> addresses = new ArrayList<>();
            for (int i = 0; i < answers; i++) {
                skipName(in);
                int type = in.getShort() & 0xffff;
                int klass = in.getShort() & 0xffff;
                in.getInt();
                byte[] data = new byte[in.getShort() & 0xffff];
                in.get(data);
                boolean address = (type == TYPE_A && data.length == 4) || (type == TYPE_AAAA && data.length == 16);
                if (klass == CLASS_IN && address) {
                    addresses.add(IpAddress.of(data));
                }
            }
            return addresses;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the DNS message is cut", e);
        }
    }

    private static String failure(int code) {
        return switch (code) {
            // tailscaled's own answer, too, when it has nobody to ask.
            case SERVER_FAILURE -> "SERVFAIL: no name server is configured for this name, or none could answer";
            case REFUSED -> "REFUSED: the name server does not answer for this name";
            default -> "the name server answered with code " + code;
        };
    }

    private static void skipName(ByteBuffer in) {
        while (true) {
            int length = in.get() & 0xff;
            if (length == 0) {
                return;
            }
            if ((length & 0xc0) == 0xc0) {
                in.get();
                return;
            }
            if (length > 63 || length > in.remaining()) {
                throw new IllegalArgumentException("the DNS message is malformed");
            }
            in.position(in.position() + length);
        }
    }
}

package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs an attack for a while, beside the proxy: one thread gives the clients their turns. Then all clients leave, and it
 * prints {@code attacker} and what they did.
 */
public final class Attacker {

    private static final int BUFFER_BYTES = 65_536;

    private final AttackCounters count = new AttackCounters();
    private final Attack attack;
    private final List<HostileClient> clients = new ArrayList<>();
    private int messages;

    private Attacker(Attack attack, InetSocketAddress proxy, AttackTarget target) {
        this.attack = attack;
        ByteBuffer received = ByteBuffer.allocate(BUFFER_BYTES);
        for (int i = 0; i < attack.clients(); i++) {
            clients.add(new HostileClient(
                    attack, proxy, () -> attack.message(target, messages++), count, received, i % 2 == 0));
        }
    }

    /**
     * Attacks.
     *
     * @param arguments the attack's name, the proxy's ports for requests and for management, the helping target's address
     *     and port, seconds
     * @throws InterruptedException when it is stopped
     */
    public static void main(String[] arguments) throws InterruptedException {
        Attack attack = Attacks.named(arguments[0]);
        int port = Integer.parseInt(arguments[attack.port() == Attack.Port.REQUESTS ? 1 : 2]);
        Attacker attacker = new Attacker(
                attack,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                new AttackTarget(arguments[3], Integer.parseInt(arguments[4])));
        attacker.run(Duration.ofSeconds(Long.parseLong(arguments[5])));
        System.out.println("attacker " + attacker.count);
    }

    private void run(Duration span) throws InterruptedException {
        long begin = System.nanoTime();
        long round = begin;
        while (System.nanoTime() - begin < span.toNanos()) {
            int maxNewClients = attack.maxNewClients();
            for (HostileClient client : clients) {
                if (client.isConnected() || maxNewClients-- > 0) {
                    client.turn(System.nanoTime());
                }
            }
            // Clients that take longer than the pause together begin their next round at once.
            round = Math.max(round + attack.pause().toNanos(), System.nanoTime());
            TimeUnit.NANOSECONDS.sleep(round - System.nanoTime());
        }
        clients.forEach(HostileClient::disconnect);
    }
}

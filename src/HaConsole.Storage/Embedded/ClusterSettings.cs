namespace HaConsole.Storage.Embedded;

/// <summary>The configuration file of an embedded cluster: small, one writer, a few readers.</summary>
internal static class ClusterSettings
{
    /// <summary>Text of postgresql.conf; written anew before each start.</summary>
    public static string Text(string socketFolder) => $"""
        # Written at every start.
        listen_addresses = ''
        unix_socket_directories = '{socketFolder.Replace("'", "''", StringComparison.Ordinal)}'
        unix_socket_permissions = 0700
        max_connections = 40
        shared_buffers = 32MB
        effective_cache_size = 1GB
        work_mem = 4MB
        maintenance_work_mem = 64MB
        wal_level = minimal
        max_wal_senders = 0
        min_wal_size = 16MB
        max_wal_size = 128MB
        max_worker_processes = 1
        max_parallel_workers = 0
        random_page_cost = 1.5
        jit = off
        huge_pages = off
        dynamic_shared_memory_type = mmap
        log_destination = 'stderr'
        log_min_messages = warning
        log_min_error_statement = panic
        log_checkpoints = off
        timezone = 'UTC'

        """;
}

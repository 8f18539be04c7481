<?php echo "ordinary";
